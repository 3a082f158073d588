/** A stand-in for Cloudflare's API of D1 databases, on real SQLite. Where D1's behaviour is not certain, it is stricter. */
@NullMarked
package io.holdfast.devstack.d1;

import org.jspecify.annotations.NullMarked;
