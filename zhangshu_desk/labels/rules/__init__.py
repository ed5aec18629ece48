"""Pure facts and decisions about labels: rights, batches, ledger, codes, templates. The centre reads them too."""
