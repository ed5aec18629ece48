"""Names the packages: those of both programs and, from its own folder, zhangshu_desk.resources.

Everything else about the project stands in pyproject.toml, which has no way to say this one thing.
"""

from setuptools import find_namespace_packages, setup

setup(
    packages=[
        *find_namespace_packages(include=["zhangshu_desk*", "zhangshu_server*"], exclude=["*__pycache__*"]),
        "zhangshu_desk.resources",
    ]
)
