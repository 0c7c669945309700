"""Packs and uploads a release. Most findings here have a fix: hover over one, or choose it below."""

import hashlib
import os
import random
import tarfile
import tempfile

import requests
import yaml

UPLOAD_TOKEN = "pk-4c1d9e0b77"


def settings(path):
    with open(path) as file:
        return yaml.load(file)


def checksum(path):
    with open(path, "rb") as file:
        return hashlib.md5(file.read()).hexdigest()


def unpack(archive, folder):
    with tarfile.open(archive) as packed:
        packed.extractall(folder)


def ticket():
    return "".join(random.choice("0123456789abcdef") for _ in range(16))


def scratch_file():
    return tempfile.mktemp(suffix=".tar")


def upload(path, address):
    try:
        with open(path, "rb") as file:
            requests.put(address, data=file, headers={"X-Token": UPLOAD_TOKEN}, verify=False)
    except requests.RequestException:
        pass
    os.chmod(path, 0o777)
    assert address.startswith("https://")
