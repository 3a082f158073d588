package io.holdfast.config;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Supabase project of a database's address: {@code db.REF.supabase.co}, or a user {@code NAME.REF} of a pooler. All projects of
 * a region share the pooler's host and port.
 */
public final class SupabaseReference {
    private static final Pattern DIRECT = Pattern.compile("db\\.([a-z]{20})\\.supabase\\.co");
    private static final Pattern USER = Pattern.compile(".+\\.([a-z]{20})");

    private SupabaseReference() {}

    /** Returns the reference that the address names; a host of one project decides alone. */
    public static Optional<String> of(String host, String user) {
        Matcher direct = DIRECT.matcher(host.toLowerCase(Locale.ROOT));
        if (direct.matches()) {
            return Optional.of(direct.group(1));
        }
        Matcher pooled = USER.matcher(user);
        return pooled.matches() ? Optional.of(pooled.group(1)) : Optional.empty();
    }

    /** Returns whether the source's API is a stand-in on this machine: the database's address then names no project. */
    public static boolean isExempt(SourceConfig.Supabase supabase) {
        return "http".equals(supabase.endpoint().getScheme()) && OidcConfig.isTrustworthy(supabase.endpoint());
    }
}
