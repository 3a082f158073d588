/** Tokens for programs, and the review of access. */
@NullMarked
package io.holdfast.backup.token;

import org.jspecify.annotations.NullMarked;
