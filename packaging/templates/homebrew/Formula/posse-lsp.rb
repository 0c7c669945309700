class PosseLsp < Formula
  include Language::Python::Virtualenv

  desc "Language server and scanner with Bandit's security findings for Python"
  homepage "$repository"
  url "$sdist"
  sha256 "$sdist_digest"
  license "$license"

  depends_on "libyaml"
  depends_on "python@3.14"

$resources

  def install
    virtualenv_install_with_resources
  end

  test do
    (testpath/"app.py").write "import yaml\nyaml.load(stream)\n"
    assert_match "B506", shell_output("#{bin}/posse scan app.py", 1)
  end
end
