"""Tourism publishers."""
