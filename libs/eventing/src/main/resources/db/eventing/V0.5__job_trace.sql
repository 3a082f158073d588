-- W3C traceparent of the span that queued the job; null without tracing
alter table job add column traceparent text;
