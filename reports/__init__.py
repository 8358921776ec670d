"""What people look at: the report, the workbook and the tidy file of released figures."""
