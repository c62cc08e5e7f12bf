"""How the PDF engine's layer for AWS is built without Docker: `make layer`."""
