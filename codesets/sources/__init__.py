"""Readers of the packages and lists that the reference data come from: one module a source, each giving Arrow tables.

A reader states what it expects (magic numbers, column names, record counts) and raises `SourceError` where the file is
not what it was written for, so that a package that changed cannot pass unnoticed.
"""
