"""The lab: two real peers over one bad network, measured from outside. README.md, beside this folder, explains it."""
