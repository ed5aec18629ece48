"""The data of the desk: services, texts, icons, pinyin table. Read through core/resources.py."""
