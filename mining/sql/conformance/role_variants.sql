-- The distinct sequences of chain roles.
-- One row per sequence, group and whether the case has come to its good end.
SELECT marks, grp, ended, count(*) AS n
FROM norm_role_sequence
GROUP BY ALL
ORDER BY marks, grp, ended
