-- When each case first did each activity. One row per case and activity.
SELECT case_no::BIGINT AS case_no, activity::BIGINT AS activity, pos::BIGINT AS pos FROM trace_event WHERE occ = 1
