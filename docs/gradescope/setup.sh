#!/usr/bin/env bash
# What Gradescope runs once, when the autograder is uploaded: installs the grader and what the
# assignment needs. Choose a base image with Python 3.11 or newer.
set -euo pipefail

root="${AUTOGRADER:-/autograder}"
apt-get update -qq
apt-get install -y -qq python3 python3-venv
python3 -m venv "$root/venv"
"$root/venv/bin/pip" install --quiet --constraint "$root/source/constraints.txt" "$root"/source/grader-*.whl
