"""The centre: takes what stations report, gives them what others did, and shows who stands where."""
