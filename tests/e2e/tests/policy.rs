//! An admin policy in force, as a person of the company meets it.

use std::path::PathBuf;

use anyhow::Result;
use wingman_e2e::{SERVICE, World, ask};

/// A computer of Octocorp's: its policy beside the person's own configuration.
fn policy(world: &World, rules: &str) -> Result<PathBuf> {
    let (url, file) = (world.sandbox.url(), world.desktop.home().join("policy.toml"));
    let text = format!(
        "name = \"Octocorp\"\n\n[github]\nhost = \"octocorp.ghe.com\"\nclient_id = \"wingman-sandbox\"\n\
         web_url = \"{url}\"\napi_url = \"{url}/api/v3\"\n\n{rules}\n"
    );
    std::fs::write(&file, text)?;
    Ok(file)
}

#[tokio::test]
async fn a_policy_in_force_is_obeyed_and_shown() -> Result<()> {
    let world = World::new("policy").await?;
    let rules = "[organization]\nrequired = [\"octolabs\", \"acme-corp\"]\n\n[sign_in]\nways = [\"browser\"]\n\n\
                 [copilot]\nmodels = [\"claude-*\"]\nmodel = \"claude-haiku-4.5\"\nruntime = \"in-process\"\n\n\
                 [retention]\ndays = 90\n\n[updates]\nenabled = false";
    let file = policy(&world, rules)?;
    let app = world.wingman()?.env("WINGMAN_POLICY", &file).start().await?;
    app.button("Sign in with GitHub").wait().await?;
    let shown = async || app.evaluate::<String>("document.body.innerText").await;
    assert!(shown().await?.contains("Managed by Octocorp"), "a person is told who decides here");
    app.screenshot("door").await?;
    for way in ["Use a company host", "Sign in with a code", "Use a token"] {
        assert_eq!(app.button(way).count().await?, 0, "{way} is not allowed, so nobody is led there");
    }
    world.sign_in(&app).await?;
    let stored = world.desktop.secret(SERVICE, "octocorp.ghe.com/1001").await?;
    assert!(stored.is_some(), "the account is the policy's host's, whatever the person has configured");

    app.role("button").name_contains("Claude Haiku").first().click().await?;
    app.role("option").name_contains("Claude").first().wait().await?;
    assert!(shown().await?.contains("Your organisation chooses which models are offered."), "and why there are few");
    assert_eq!(app.role("option").name_contains("GPT").count().await?, 0, "no other model is offered");
    app.screenshot("models").await?;
    app.press("Escape").await?;
    ask(&app, "under the policy").await?;
    let asked = world.asked();
    assert!(!asked.is_empty(), "the question reached the model");
    assert!(asked.iter().all(|it| it.body.contains("claude-haiku-4.5")), "and it was the policy's");

    app.press("Control+,").await?;
    app.role("tab").name_contains("Organisation").first().click().await?;
    app.role("tabpanel").with_text("policy.toml").wait().await?;
    let rules = shown().await?;
    for fact in ["octocorp.ghe.com", "Browser", "Any of octolabs, acme-corp", "90 days after the last word"] {
        assert!(rules.contains(fact), "{fact} is set, and said: {rules}");
    }
    app.screenshot("managed").await?;
    app.close().await
}

#[tokio::test]
async fn a_policy_that_cannot_be_used_stops_the_start_and_says_where() -> Result<()> {
    let world = World::new("policy-fault").await?;
    let file = policy(&world, "[sign_in]\nways = [\"browser\", \"password\"]")?;
    let app = world.wingman()?.env("WINGMAN_POLICY", &file).start().await?;
    app.alert().wait().await?;
    app.screenshot("stopped").await?;
    let told: String = app.evaluate("document.body.innerText").await?;
    for part in ["policy.toml", "line 10", "\"code\""] {
        assert!(told.contains(part), "whoever mends it must know {part}: {told}");
    }
    assert_eq!(app.button("Sign in with GitHub").count().await?, 0, "nobody gets past it");
    assert!(!world.database().exists(), "and nothing was begun");

    app.close().await
}
