-- The table of halts for a log that has none.
-- One row per suspension.
CREATE OR REPLACE TEMP TABLE stall_hold (
    case_no INTEGER, of_item BOOLEAN, activity VARCHAR, began_at TIMESTAMPTZ, ended_at TIMESTAMPTZ,
    cause VARCHAR, until_at TIMESTAMPTZ, reason VARCHAR
);
