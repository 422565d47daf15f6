-- The views that analysts keep.
CREATE TABLE IF NOT EXISTS view (
    -- One row per view.
    number INTEGER PRIMARY KEY AUTOINCREMENT,  -- the view's number
    owner TEXT NOT NULL,                     -- the user's name
    shared INTEGER NOT NULL,                 -- 1 if all analysts see it
    name TEXT NOT NULL,
    note TEXT NOT NULL,                      -- the remark kept with it
    address TEXT NOT NULL,                   -- path and query of the page
    made_at TEXT NOT NULL                    -- ISO 8601, UTC
);
