"""What the use cases need from the outside, as Protocols. Implementations live in store, channels.

Each module holds one port, with the values that it gives and takes. What a tenant has stored is cut
as `relance.store` cuts it, and joined in `tenant_store`. Nothing is imported here, so that a
function that starts loads only the ports that it names.
"""
