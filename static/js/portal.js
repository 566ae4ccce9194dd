// The entry module of the requester's pages, and of those for whoever is not signed in.
import "./elements/at-time.js";
import "./live/link-state.js";
import "./live/channel.js";
import "./live/poll.js";
import "./live/stick.js";
import "./live/mine.js";
import "./live/seen.js";
import "./live/views.js";
import "./live/requests.js";
import "./elements/user-menu.js";
import "./elements/section-tabs.js";
import "./elements/new-below.js";
import "./elements/ticket-history.js";
import "./elements/reply-composer.js";
import "./elements/rating-form.js";
import "./elements/module-choice.js";
import "./elements/similar-requests.js";
import "./elements/new-request.js";
import "./elements/ticket-chat.js";
import { connect } from "./live/connection.js";

connect();
