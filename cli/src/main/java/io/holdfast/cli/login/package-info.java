/** Logins of persons at an OpenID Connect provider, and their tokens on this machine. */
@NullMarked
package io.holdfast.cli.login;

import org.jspecify.annotations.NullMarked;
