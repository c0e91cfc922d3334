"""Writes a C++ file that holds FILE's bytes as one std::string_view: embed.py FILE OUT NAMESPACE NAME"""
import sys

source, out, namespace, name = sys.argv[1:]
data = open(source, "rb").read()
rows = "".join(
    "    " + ",".join(str(b if b < 128 else b - 256) for b in data[i : i + 32]) + ",\n" for i in range(0, len(data), 32)
)
with open(out, "w", encoding="ascii") as f:
    f.write(f"#include <string_view>\n\nnamespace {namespace} {{\nextern const std::string_view {name};\n")
    f.write(f"namespace {{\nconstexpr char bytes[] = {{\n{rows}}};\n}}  // namespace\n")
    f.write(f"const std::string_view {name}(bytes, sizeof bytes);\n}}  // namespace {namespace}\n")
