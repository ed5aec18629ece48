"""Printing a batch: the true pages, which positions of a sheet are taken, and the job until it is over."""
