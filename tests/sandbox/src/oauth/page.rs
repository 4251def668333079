//! The pages a person sees in the browser: plain HTML, nothing fetched from elsewhere, light and dark.

use std::fmt::Write as _;

use super::authorize::Ask;
use crate::people::PEOPLE;

const STYLE: &str = include_str!("page.css");
const MARK: &str = r##"<svg class="mark" viewBox="0 0 24 24" aria-hidden="true"><path fill="#7fb4f0" d="M22 2.5C19 10.8 14 16.2 7 20c10 1.5 16.5-6.5 15-17.5Z"/><path fill="#0969da" d="M22 2.5C13.5 2 5.6 5 2 13c8.5.4 16-3 20-10.5Z"/></svg>"##;
const CHECK: &str = r#"<svg viewBox="0 0 16 16" aria-hidden="true"><path d="m3 8.5 3.2 3.2L13 5"/></svg>"#;

/// Text that came from outside, safe in an element and in an attribute.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

fn document(title: &str, main: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<meta name=\"referrer\" content=\"no-referrer\">\n\
         <link rel=\"icon\" href=\"data:,\">\n<title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <main>{main}</main>\n<footer>Wingman sandbox: it plays GitHub on this computer. Nothing leaves it.</footer>\n\
         </body>\n</html>\n",
        escape(title)
    )
}

/// The accounts to choose from, `proposed` chosen or the first.
fn people(proposed: Option<&str>) -> String {
    let proposed = proposed.and_then(crate::people::by_login).map_or(PEOPLE[0].login, |person| person.login);
    let mut html = String::from("<fieldset><legend>Account</legend><div class=\"people\">");
    for person in &PEOPLE {
        let checked = if person.login == proposed { " checked" } else { "" };
        let _ = write!(
            html,
            "<label><input type=\"radio\" name=\"login\" value=\"{login}\"{checked}>\
             <img src=\"/avatars/u/{id}\" alt=\"\"><span><b>{name}</b> <small>{login}</small></span></label>",
            login = person.login,
            id = person.id,
            name = escape(person.name),
        );
    }
    html + "</div></fieldset>"
}

/// The first one is what Enter presses.
const BUTTONS: &str = "<div class=\"buttons\">\
    <button type=\"submit\" name=\"decision\" value=\"authorize\" class=\"go\">Authorize</button>\
    <button type=\"submit\" name=\"decision\" value=\"cancel\">Cancel</button></div>";

/// What a scope lets an application do.
fn meaning(scope: &str) -> &'static str {
    match scope {
        "read:user" => "Read your profile",
        "user" => "Read and change your profile",
        "user:email" => "Read your email addresses",
        "read:org" => "Read your organisations and teams",
        "repo" => "Full control of your repositories",
        "offline_access" => "Stay signed in",
        _ => "Access by this scope",
    }
}

/// The page that asks.
pub(super) fn authorize(ask: &Ask, secret: &str) -> String {
    let app = escape(&ask.app);
    let mut scopes = String::new();
    for scope in &ask.scopes {
        let _ = write!(scopes, "<li>{CHECK}<span>{} <code>{}</code></span></li>", meaning(scope), escape(scope));
    }
    if ask.scopes.is_empty() {
        let _ = write!(scopes, "<li>{CHECK}<span>Read public information only</span></li>");
    }
    let destination = ask.redirect_uri.split(['?', '#']).next().unwrap_or_default();
    let main = format!(
        "<div class=\"pair\">{MARK}<i></i><img src=\"/avatars/u/{face}\" alt=\"\" id=\"face\"></div>\
         <h1>Authorize {app}</h1><p class=\"lead\">{app} would like to use your account</p>\
         <form class=\"card\" method=\"post\" action=\"/login/oauth/authorize\">\
         <input type=\"hidden\" name=\"authenticity_token\" value=\"{secret}\">{people}\
         <section aria-labelledby=\"may\"><h2 id=\"may\">It will be able to</h2><ul>{scopes}</ul></section>{BUTTONS}\
         <p class=\"note\">Authorizing will open <b>{destination}</b></p></form>\
         <script>document.addEventListener('change', (event) => {{\
         document.getElementById('face').src = event.target.parentElement.querySelector('img').src;}});</script>",
        face = ask.login.as_deref().and_then(crate::people::by_login).unwrap_or(&PEOPLE[0]).id,
        people = people(ask.login.as_deref()),
        destination = escape(destination),
    );
    document(&format!("Authorize {}", ask.app), &main)
}

/// The page that stays behind when the browser hands `url` to the application.
pub(super) fn leave(url: &str, app: &str, granted: bool) -> String {
    let app = escape(app);
    let (title, text) = if granted {
        (format!("Back to {app}"), format!("{app} has your permission now. You can close this tab."))
    } else {
        ("Nothing was shared".into(), format!("{app} was told so. You can close this tab."))
    };
    let main = format!(
        "<div class=\"pair\">{MARK}</div><div class=\"card\"><div class=\"done\"><h1>{title}</h1>\
         <p class=\"lead\" role=\"status\">{text}</p>\
         <a class=\"button go\" id=\"open\" href=\"{}\">Open {app}</a></div></div>\
         <script>location.href = document.getElementById('open').href;</script>",
        escape(url)
    );
    document("You can close this tab", &main)
}

/// A page that says why there is nothing to decide.
pub(crate) fn problem(text: &str) -> String {
    let main = format!(
        "<div class=\"card\"><div class=\"done\" role=\"alert\"><h1>This did not work</h1><p class=\"lead\">{}</p></div></div>",
        escape(text)
    );
    document("This did not work", &main)
}

/// The page where a person types the code of another device.
pub(super) fn device(user_code: &str, problem: Option<&str>) -> String {
    let problem = problem.map_or_else(String::new, |text| format!("<p role=\"alert\">{}</p>", escape(text)));
    let main = format!(
        "<div class=\"pair\">{MARK}</div><h1>Connect a device</h1>\
         <p class=\"lead\">Type the code that the application shows</p>\
         <form class=\"card\" method=\"post\" action=\"/login/device\"><div class=\"typed\">\
         <label for=\"code\">Code</label><input id=\"code\" name=\"user_code\" value=\"{}\" autocomplete=\"off\" \
         spellcheck=\"false\" maxlength=\"9\" required autofocus>{problem}</div>{}{BUTTONS}</form>",
        escape(user_code),
        people(None),
    );
    document("Connect a device", &main)
}

/// After that.
pub(super) fn device_done(granted: bool) -> String {
    let (title, text) = if granted {
        ("Your device is connected", "You can close this tab.")
    } else {
        ("Nothing was shared", "You can close this tab.")
    };
    let main = format!(
        "<div class=\"pair\">{MARK}</div><div class=\"card\"><div class=\"done\"><h1>{title}</h1>\
         <p class=\"lead\" role=\"status\">{text}</p></div></div>"
    );
    document(title, &main)
}

/// A page of an organisation on which a person says who they are.
pub(crate) fn organization(title: &str, button: &str) -> String {
    let main = format!(
        "<div class=\"pair\">{MARK}</div><h1>{}</h1><form class=\"card\" method=\"post\">{}\
         <div class=\"buttons\"><button type=\"submit\" class=\"go\">{}</button></div></form>",
        escape(title),
        people(None),
        escape(button),
    );
    document(title, &main)
}

/// After that.
pub(crate) fn settled(title: &str, organization: &str) -> String {
    let main = format!(
        "<div class=\"pair\">{MARK}</div><div class=\"card\"><div class=\"done\"><h1>{}</h1>\
         <p class=\"lead\" role=\"status\">{} knows you now. You can close this tab.</p></div></div>",
        escape(title),
        escape(organization),
    );
    document(title, &main)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_outside_stays_text() {
        assert_eq!(
            escape("\"><script>alert('x')</script>&"),
            "&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;",
            "a query must not become part of the page"
        );
    }
}
