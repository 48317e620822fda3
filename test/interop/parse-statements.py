"""Parses SQL with sqlglot: how many statements there are, and which of them it does not understand, as JSON.

Usage: parse-statements.py <dialect> <file>
"""

import json
import sys

import sqlglot
from sqlglot import exp

statements = [each for each in sqlglot.parse(open(sys.argv[2], encoding="utf-8").read(), dialect=sys.argv[1]) if each]
opaque = [each.sql()[:60] for each in statements if isinstance(each, exp.Command)]
columns = [each.name for each in statements[0].find_all(exp.ColumnDef)] if statements else []
print(json.dumps({"statements": len(statements), "opaque": opaque, "columns": columns}))
