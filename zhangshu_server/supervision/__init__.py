"""The supervision page: how every station stands, for the people of the centre; in Chinese, on any phone, no script."""
