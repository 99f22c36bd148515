"""Django's PostGIS backend, told before each statement as whom it is asked (`lib.tenancy`)."""
