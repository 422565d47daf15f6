-- The work that is open in reported cases, or was when they came to their end, with the word of the role it is meant for.
-- One row per work item.
SELECT case_no, item.first_word, item.role_word, epoch_us(item.offered_at), item.taken
FROM stall_item AS item
SEMI JOIN stall_reported USING (case_no)
ORDER BY item.offered_at, item.activity
