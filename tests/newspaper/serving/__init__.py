"""The newspaper's site and its server: which answer each address has, on good days and bad ones."""
