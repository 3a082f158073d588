-- how far a provider's restore of a live server has come, as JSON; recorded before the provider is asked
alter table restore add column rewind text;
