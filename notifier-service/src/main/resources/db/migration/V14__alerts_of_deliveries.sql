-- The alerts of a message, null for the message of an event. Messages of one alert are sent in their order, and a message
-- whose alerts ended before it was sent is skipped.
alter table delivery
    add column firing   uuid[],
    add column resolved uuid[];
create index delivery_pending on delivery (channel, position) where state = 'PENDING';
