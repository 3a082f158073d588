package io.holdfast.eventing.rest;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which requests a page of another site sent. A browser sends a POST without a preflight request, whose effect it does not
 * show to that page but which takes place. Programs other than browsers send neither of the two headers. Pure.
 */
final class CrossSiteRule {
    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

    private CrossSiteRule() {}

    /**
     * Returns why a request is refused; null if it is not.
     *
     * @param origin the header of this name
     * @param fetchSite the header {@code Sec-Fetch-Site}
     * @param host to which the request was sent, without a port
     */
    static @Nullable String refusal(
            String method,
            @Nullable String origin,
            @Nullable String fetchSite,
            @Nullable String host,
            AllowedHosts hosts) {
        if (READING.contains(method)) {
            return null;
        }
        if (fetchSite != null && fetchSite.strip().equalsIgnoreCase("cross-site")) {
            return "a page of another site sent this request (header Sec-Fetch-Site)";
        }
        if (origin == null || ours(origin.strip(), host, hosts)) {
            return null;
        }
        return "origin \"" + origin + "\" is not allowed; use a page on a host below rest.hosts of holdfast.yaml";
    }

    /** An address is ours only if the request was sent to it: a page of any machine may have one. */
    private static boolean ours(String origin, @Nullable String host, AllowedHosts hosts) {
        try {
            String from = new URI(origin).getHost();
            return from != null && (from.toLowerCase(Locale.ROOT).equals(lower(host)) || hosts.allowsName(from));
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /** IPv6 with brackets, as in an origin. */
    private static @Nullable String lower(@Nullable String host) {
        if (host == null) {
            return null;
        }
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.indexOf(':') >= 0 && !lower.startsWith("[") ? "[" + lower + "]" : lower;
    }
}
