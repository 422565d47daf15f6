-- What the queries of rules call two events: near enough in time, and tied by what they share or must not share.
-- Three macros. Moments are in microseconds, a limit that is NULL is none.
CREATE OR REPLACE TEMP MACRO timely(earlier, later, least, most) AS
    (least IS NULL OR later - earlier >= least) AND (most IS NULL OR later - earlier <= most);
CREATE OR REPLACE TEMP MACRO apart(one, other, least, most) AS
    (least IS NULL OR abs(other - one) >= least) AND (most IS NULL OR abs(other - one) <= most);
CREATE OR REPLACE TEMP MACRO linked(same_a, same_b, unlike_a, unlike_b) AS
    same_b = same_a AND unlike_b <> unlike_a;
