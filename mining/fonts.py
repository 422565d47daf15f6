"""The fonts of drawn pictures."""

# those that a machine has of its own first, as in `design.css`; the pages bring the third one
FONTS = "Microsoft YaHei, PingFang SC, Noto Sans SC Variable, Noto Sans SC, Noto Sans CJK SC, sans-serif"
