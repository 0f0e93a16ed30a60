#! /usr/local/bin/bash-of-mine -e
echo hello
