-- The list of channels shows the newest delivery of each.
create index delivery_channel on delivery (channel, position);
