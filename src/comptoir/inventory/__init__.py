"""The inventory is the contract: families, sources, and what is generated from them."""
