"""Sharing groups: named sets of partners that share with one another. Their rows are in `partners.sharing`."""
