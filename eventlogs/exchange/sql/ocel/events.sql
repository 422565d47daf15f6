-- The staged events, numbered by their times, equal times in file order; a file of our own ($own) is in order.
-- One row per event.
CREATE OR REPLACE TEMP TABLE ocel_row AS
SELECT *, row_number() OVER (ORDER BY if($own, NULL, moment), number) AS place
FROM ocel_event
ORDER BY place
