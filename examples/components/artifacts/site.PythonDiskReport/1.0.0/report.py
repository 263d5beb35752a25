"""Says again and again how much room is left on a disk. SITE and REPORT in the environment are JSON of the configuration."""

import json
import os
import shutil
import sys
import time

site = json.loads(os.environ["SITE"])
report = json.loads(os.environ["REPORT"])
disk = report["disk"]

print(f"reporting on {disk['path']} of {site['name']}, {site['line']['name']}, every {report['every']['seconds']} s")
while True:
    left = shutil.disk_usage(disk["path"]).free // 1024
    if left < disk["kilobytesMin"]:
        # What goes to stderr is a warning in the log.
        print(f"only {left} KB left on {disk['path']}", file=sys.stderr)
    else:
        print(f"{left} KB left on {disk['path']}")
    time.sleep(report["every"]["seconds"])
