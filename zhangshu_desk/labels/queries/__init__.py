"""What a screen shows of labels: frozen rows, personal data masked."""
