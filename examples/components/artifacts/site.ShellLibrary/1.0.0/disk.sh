# To be read with `.` by the shell of another component.

# Kilobytes that are left on the disk of a path: the fourth column of what POSIX has `df -Pk` print.
kilobytes_left() {
  df -Pk "$1" | awk 'NR == 2 { print $4 }'
}
