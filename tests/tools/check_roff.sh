#!/bin/sh
# groff ends with 0 also after warnings, so what it says must be nothing.
set -eu
said=$(for page in "$1"/man/*.[1-8]; do groff -man -Tutf8 -ww -z "$page"; done 2>&1)
if [ -n "$said" ]; then
    echo "$said"
    exit 1
fi
