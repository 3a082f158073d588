package io.holdfast.supabase;

import java.net.URI;

/**
 * A Supabase project.
 *
 * @param endpoint of the Management API, such as {@code https://api.supabase.com}
 * @param project its reference, 20 letters
 */
public record SupabaseSettings(URI endpoint, String project) {}
