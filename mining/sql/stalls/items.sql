-- The work that is open in reported cases, or was when they came to their end, with the role it is meant for.
-- One row per work item.
SELECT r.case_id, item.activity, item.role, epoch_us(item.offered_at), item.taken
FROM stall_item AS item
JOIN stall_reported AS r USING (case_no)
ORDER BY r.case_id, item.offered_at, item.activity
