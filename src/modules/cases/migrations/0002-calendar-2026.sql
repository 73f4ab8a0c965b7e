-- 国务院办公厅关于2026年部分节假日安排的通知（国办发明电〔2025〕7号，2025年11月4日）. Days that rest or work as the
-- plain week would have them are listed too, so that the page shows each holiday whole.
insert into cases_calendar (day, kind, title, source)
select day::date, kind, jsonb_build_object('zh', zh, 'en', en),
  '国务院办公厅关于2026年部分节假日安排的通知（国办发明电〔2025〕7号）'
from (
  select generate_series(first::date, last::date, interval '1 day') as day, 'holiday' as kind, zh, en
  from (values
    ('2026-01-01', '2026-01-03', '元旦', 'New Year'),
    ('2026-02-15', '2026-02-23', '春节', 'Spring Festival'),
    ('2026-04-04', '2026-04-06', '清明节', 'Qingming Festival'),
    ('2026-05-01', '2026-05-05', '劳动节', 'Labour Day'),
    ('2026-06-19', '2026-06-21', '端午节', 'Dragon Boat Festival'),
    ('2026-09-25', '2026-09-27', '中秋节', 'Mid-Autumn Festival'),
    ('2026-10-01', '2026-10-07', '国庆节', 'National Day')
  ) as holidays (first, last, zh, en)
  union all
  select day::timestamp, 'working', zh, en
  from (values
    ('2026-01-04', '元旦调休上班', 'made up for New Year'),
    ('2026-02-14', '春节调休上班', 'made up for Spring Festival'),
    ('2026-02-28', '春节调休上班', 'made up for Spring Festival'),
    ('2026-05-09', '劳动节调休上班', 'made up for Labour Day'),
    ('2026-09-20', '国庆节调休上班', 'made up for National Day'),
    ('2026-10-10', '国庆节调休上班', 'made up for National Day')
  ) as working (day, zh, en)
) as listed;
