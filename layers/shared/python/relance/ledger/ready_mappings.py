"""Mappings that come with the product, in the shape in which tenants save their own.

Their headers are those that the exports were seen with. What a program calls its columns in other
languages, or in versions not seen, takes a mapping of the tenant's own.
"""

from collections.abc import Mapping
from typing import Any

READY: Mapping[str, Mapping[str, Any]] = {
    "export-simple": {
        "columns": {
            "number": "Numéro Facture",
            "issued": "Date Émission",
            "due": "Date Échéance",
            "customer_name": "Client",
            "amount": "Montant TTC",
            "status": "Statut",
            "payment": "Statut",  # where neither amount is filled in
            "paid": "Montant Payé",
            "residual": "Reste à Payer",
        },
        "separator": ";",
        "date_formats": ["DD/MM/YYYY"],
        "decimal": ",",
        "statuses": {
            "Brouillon": "draft",
            "Annulée": "cancelled",
            "Envoyée": "active",
            "En attente": "active",
            "En retard": "active",
            "Partiellement payée": "active",
            "Payée": "active",
        },
        "payments": {"Payée": "settled", "Partiellement payée": "part", "*": "open"},
    },
    # Odoo, list of customer invoices. Its "signed" amounts are in the company's own currency,
    # whatever the column Currency says, which is that of the invoice: it is not taken.
    "odoo": {
        "columns": {
            "number": "Number",
            "customer_name": ["Invoice Partner Display Name", "Partner", "Customer"],
            "issued": ["Invoice/Bill Date", "Invoice Date"],
            "due": "Due Date",
            "amount": "Total Signed",
            "residual": "Amount Due Signed",
            "payment": ["Payment Status", "Payment"],
            "status": ["Status", "State"],
            "label": "Reference",
        },
        "optional": ["due", "residual", "payment", "status", "label"],
        "date_formats": ["YYYY-MM-DD", "DD/MM/YYYY"],
        "statuses": {
            "Draft": "draft",
            "Cancelled": "cancelled",
            "Posted": "active",
            "cancel": "cancelled",
        },
        "payments": {
            "Not Paid": "open",
            "Partially Paid": "part",
            "Paid": "settled",
            "In Payment": "settled",
            "Reversed": "settled",
            "Blocked": "open",
            "not_paid": "open",
            "partial": "part",
            "in_payment": "settled",
        },
    },
    # QuickBooks, A/R Aging Detail.
    "quickbooks-aging": {
        "columns": {
            "number": "Num",
            "customer_name": "Customer",
            "issued": "Date",
            "due": "Due Date",
            "amount": "Amount",
            "residual": "Open Balance",
            "kind": ["Transaction Type", "Type"],
        },
        "optional": ["kind"],
        "separator": ",",
        "date_formats": ["MM/DD/YYYY"],
        "decimal": ".",
        "kinds": {"Payment": "receipt", "Credit Memo": "credit_note", "*": "invoice"},
    },
    # Xero, export of sales invoices: a row a line, each with the totals of its invoice.
    "xero": {
        "columns": {
            "customer_name": "ContactName",
            "email": "EmailAddress",
            "number": "InvoiceNumber",
            "label": "Reference",
            "issued": "InvoiceDate",
            "due": "DueDate",
            "amount": "Total",
            "residual": "InvoiceAmountDue",
            "currency": "Currency",
            "kind": "Type",
            "status": "Status",
            "payment": "Status",  # where nothing says how much is open
        },
        "optional": ["email", "label"],
        "rows": "repeated",
        "separator": ",",
        "date_formats": ["DD/MM/YYYY"],
        "decimal": ".",
        "kinds": {
            "Sales invoice": "invoice",
            "Sales credit note": "credit_note",
            "Sales overpayment": "receipt",
            "Sales prepayment": "receipt",
        },
        "statuses": {
            "Draft": "draft",
            "Submitted": "draft",
            "Awaiting Approval": "draft",
            "Voided": "cancelled",
            "Deleted": "cancelled",
            "*": "active",
        },
        "payments": {"Paid": "settled", "*": "open"},
    },
    # Xero, the form in which sales invoices are imported, which other programs write: the lines of
    # one number add up. It brings new invoices and knows of no payment.
    "xero-lines": {
        "columns": {
            "customer_name": "*ContactName",
            "email": "EmailAddress",
            "number": "*InvoiceNumber",
            "label": "Reference",
            "issued": "*InvoiceDate",
            "due": "*DueDate",
            "quantity": "*Quantity",
            "unit_amount": "*UnitAmount",
            "discount": "Discount",
            "tax": "TaxAmount",
            "currency": "Currency",
        },
        "optional": ["email", "label", "discount", "tax", "currency"],
        "rows": "lines",
        "separator": ",",
        "date_formats": ["DD/MM/YYYY"],
        "decimal": ".",
        "snapshot": False,
    },
}
