"""Asks machines for their state. The configuration beside it decides what is reported, and how."""

import os
import subprocess
import telnetlib

API_PASSWORD = "let-me-in"
SCRATCH = "/var/scratch/fleet"


def restart(machine):
    subprocess.run(["ssh", machine, "sudo", "reboot"], check=True)


def uptime(machine):
    return os.popen("ssh " + machine + " uptime").read()


def old_switch(address):
    assert address, "an address is needed"
    return telnetlib.Telnet(address)
